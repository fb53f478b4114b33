//! The own slide show.

use serde_json::{Value, json};

use super::Terminal;
use super::agenda::Task;
use super::files::FileId;
use super::message::{Refusal, Reply, Request, done};

/// A picture in the show, or on its way into the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picture {
    file_id: FileId,
    name: String,
}

impl Picture {
    fn to_json(&self) -> Value {
        json!({"name": self.name, "fileId": self.file_id})
    }
}

/// The show and the cache of its pictures.
#[derive(Debug, Clone, Default)]
pub(super) struct Slides {
    pictures: Vec<Picture>,
    /// Title and place, while it is on.
    show: Option<(String, usize)>,
    waiting: Vec<Picture>,
    caching: Option<Picture>,
    cached: Vec<Picture>,
    /// What clients were told last.
    available: bool,
}

impl Slides {
    pub(super) fn started(&self) -> bool {
        self.show.is_some()
    }

    fn list(&self, url: Option<&str>) -> Value {
        let slides = self.pictures.iter().enumerate();
        slides
            .map(|(at, slide)| {
                let mut slide = slide.to_json();
                slide["idx"] = at.into();
                if let Some(url) = url {
                    slide["url"] = format!("{url}/{at}").into();
                }
                slide
            })
            .collect()
    }

    fn at(&self, place: i64) -> Result<usize, Refusal> {
        usize::try_from(place)
            .ok()
            .filter(|at| *at < self.pictures.len())
            .ok_or_else(|| Refusal::new(format!("there is no slide {place}")))
    }
}

impl Terminal {
    pub(super) fn slides_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getSlideShowInfo" => self.show_info(request),
            "startSlideShow" => self.start_show(request),
            "stopSlideShow" if self.stop_show() => done(),
            "stopSlideShow" => Err(Refusal::new("the slide show is not on")),
            "showSlide" => request
                .number(&["idx"])
                .and_then(|idx| self.show(|_, _| idx)),
            "showFirstSlide" => self.show(|_, _| 0),
            "showLastSlide" => self.show(|_, last| last),
            "showNextSlide" => self.show(|now, _| now + 1),
            "showPrevSlide" => self.show(|now, _| now - 1),
            "addSlide" => self.add_slide(request),
            "removeSlide" => self.remove_slide(request),
            "removeAllSlides" => self.remove_all_slides(request),
            "setSlidePosition" => self.move_slide(request),
            "sortSlides" => self.sort_slides(),
            "getSlideShowCache" => self.cache_info(request),
            "stopCachingAllImages" => {
                self.slides.waiting.clear();
                self.slides.caching = None;
                self.tell("allSlidesCachingStopped", "", json!({}));
                done()
            }
            "removeImageFromCachingQueue" => self.remove_waiting(request),
            _ => return None,
        };
        Some(reply)
    }

    /// Slides of the show lie on the conference's server.
    fn slides_url(&self) -> Option<String> {
        let on = self.slides.started();
        on.then(|| {
            format!(
                "https://{}/slides/{}",
                self.link.domain(),
                self.session_id()
            )
        })
    }

    fn show_info(&self, request: &Request<'_>) -> Reply {
        let mut info = json!({
            "available": self.in_meeting(),
            "started": self.slides.started(),
            "slides": self.slides.list(self.slides_url().as_deref()),
        });
        if let Some((title, at)) = &self.slides.show {
            info["title"] = title.as_str().into();
            info["currentSlideIdx"] = (*at).into();
        }
        self.reply(request.method, "", info)
    }

    fn start_show(&mut self, request: &Request<'_>) -> Reply {
        let title = request.optional_text("title").unwrap_or_default();
        let place = if request.body.contains_key("startingIdx") {
            request.number(&["startingIdx"])?
        } else {
            0
        };
        if !self.in_meeting() {
            return Err(Refusal::new("there is no call or conference"));
        }
        let at = self.slides.at(place)?;
        if self.slides.started() {
            return self.retitle_show(title);
        }
        self.slides.show = Some((title.to_owned(), at));
        let event = json!({"title": title, "currentSlideIndex": at});
        self.tell("mySlideShowStarted", "", event);
        let url = self.slides_url().unwrap_or_default();
        for at in 0..self.slides.pictures.len() {
            self.tell(
                "slideUploaded",
                "",
                json!({"idx": at, "url": format!("{url}/{at}")}),
            );
        }
        done()
    }

    /// Starting once more with another title changes the title.
    fn retitle_show(&mut self, title: &str) -> Reply {
        match &mut self.slides.show {
            Some((old, _)) if old != title => {
                title.clone_into(old);
                self.tell("mySlideShowTitleChanged", "", json!({"newTitle": title}));
                done()
            }
            _ => Err(Refusal::new("the slide show is on already")),
        }
    }

    /// Whether it was on.
    pub(super) fn stop_show(&mut self) -> bool {
        let was = self.slides.show.take().is_some();
        if was {
            self.tell("mySlideShowStopped", "", json!({}));
        }
        was
    }

    /// A show can be started where there is somebody to see it.
    pub(super) fn announce_slides(&mut self) {
        let available = self.in_meeting();
        if self.slides.available != available {
            self.slides.available = available;
            self.tell(
                "slideShowAvailabilityChanged",
                "",
                json!({"available": available}),
            );
        }
    }

    /// Shows the slide that `place` finds from the present and the last one.
    fn show(&mut self, place: impl Fn(i64, i64) -> i64) -> Reply {
        let slides = &mut self.slides;
        let Some((_, now)) = &slides.show else {
            return Err(Refusal::new("the slide show is not on"));
        };
        let number = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        let at = slides.at(place(number(*now), number(slides.pictures.len()) - 1))?;
        if let Some((_, now)) = &mut slides.show {
            *now = at;
        }
        self.tell("currentSlideIndexChanged", "", json!({"currentIdx": at}));
        done()
    }

    fn add_slide(&mut self, request: &Request<'_>) -> Reply {
        let (file_id, name) = self.stored_name(request)?;
        let picture = Picture { file_id, name };
        let mut event = picture.to_json();
        event["idx"] = self.slides.pictures.len().into();
        self.slides.pictures.push(picture.clone());
        self.tell("slideAdded", "", event);
        if !self.slides.cached.contains(&picture) {
            self.tell("imageAddedToCachingQueue", "", picture.to_json());
            self.slides.waiting.push(picture);
            self.schedule_about(self.options.server_delay, Task::CacheSlide);
        }
        done()
    }

    /// The picture being cached is done; the next one begins.
    pub(super) fn cache_slide(&mut self) {
        if let Some(picture) = self.slides.caching.take() {
            self.tell("slideCached", "", picture.to_json());
            self.slides.cached.push(picture);
        }
        if !self.slides.waiting.is_empty() {
            let picture = self.slides.waiting.remove(0);
            self.tell("slideCachingStarted", "", picture.to_json());
            self.slides.caching = Some(picture);
            self.schedule_about(self.options.server_delay, Task::CacheSlide);
        }
    }

    fn cache_info(&self, request: &Request<'_>) -> Reply {
        let list = |pictures: &[Picture]| pictures.iter().map(Picture::to_json).collect::<Value>();
        let mut info = json!({
            "imagesQueueForCaching": list(&self.slides.waiting),
            "cachedSlides": list(&self.slides.cached),
            "isImagesCachingRunning": self.slides.caching.is_some(),
        });
        if let Some(picture) = &self.slides.caching {
            info["currentlyCachingImage"] = picture.to_json();
        }
        self.reply(request.method, "", info)
    }

    fn remove_waiting(&mut self, request: &Request<'_>) -> Reply {
        let id = request.number(&["fileId"])?;
        let waiting = &mut self.slides.waiting;
        let at = waiting.iter().position(|picture| picture.file_id == id);
        let at = at.ok_or_else(|| Refusal::new(format!("file {id} does not wait")))?;
        let picture = waiting.remove(at);
        self.tell("imageRemovedFromCachingQueue", "", picture.to_json());
        done()
    }

    fn remove_slide(&mut self, request: &Request<'_>) -> Reply {
        let from_server = request.flag("removeFromServer")?;
        let at = self.slides.at(request.number(&["idx"])?)?;
        let picture = self.slides.pictures.remove(at);
        if from_server {
            self.remove_stored(picture.file_id);
        }
        self.tell(
            "slideRemoved",
            "",
            json!({"idx": at, "removedFromServer": from_server}),
        );
        self.keep_place();
        done()
    }

    /// A show without slides is over; the place is one of those left.
    fn keep_place(&mut self) {
        let count = self.slides.pictures.len();
        match &mut self.slides.show {
            Some(_) if count == 0 => {
                self.stop_show();
            }
            Some((_, at)) => *at = (*at).min(count - 1),
            None => {}
        }
    }

    fn remove_all_slides(&mut self, request: &Request<'_>) -> Reply {
        let from_server = request.flag("removeFromServer")?;
        for picture in std::mem::take(&mut self.slides.pictures) {
            if from_server {
                self.remove_stored(picture.file_id);
            }
        }
        self.tell(
            "allSlidesRemoved",
            "",
            json!({"removedFromServer": from_server}),
        );
        self.tell("slideShowCleared", "", json!({}));
        self.keep_place();
        done()
    }

    fn move_slide(&mut self, request: &Request<'_>) -> Reply {
        let from = self.slides.at(request.number(&["fromIdx"])?)?;
        let to = self.slides.at(request.number(&["toIdx"])?)?;
        let picture = self.slides.pictures.remove(from);
        let mut event = picture.to_json();
        event["prevIdx"] = from.into();
        event["newIdx"] = to.into();
        self.slides.pictures.insert(to, picture);
        self.tell("slidePositionChanged", "", event);
        done()
    }

    fn sort_slides(&mut self) -> Reply {
        self.slides
            .pictures
            .sort_by(|one, other| one.name.cmp(&other.name));
        self.tell("slidesChunkSorted", "", json!({}));
        let slides = self.slides.list(self.slides_url().as_deref());
        self.tell("slidesSorted", "", json!({"slides": slides}));
        done()
    }
}
